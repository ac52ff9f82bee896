"""Writes 1,000 keyed records to Milena, reads them back and compares.

    python3 keyed_records.py HOST:PORT
"""

import sys
import time
from collections import Counter

import grpc
from milena.v1 import admin_pb2, admin_pb2_grpc
from milena.v1 import fetch_pb2, fetch_pb2_grpc
from milena.v1 import produce_pb2, produce_pb2_grpc
from milena.v1 import records_pb2
import rpc_status_pb2

RECORDS = 1_000
PARTITIONS = 6
A_CALL_SECONDS = 30


def main(address):
    topic = f"example-python-{time.time_ns()}"
    with grpc.insecure_channel(address) as channel:
        admin = admin_pb2_grpc.AdminServiceStub(channel)
        admin.CreateTopic(
            admin_pb2.CreateTopicRequest(topic=topic, partitions=PARTITIONS),
            timeout=A_CALL_SECONDS,
        )
        print(f"created topic {topic} with {PARTITIONS} partitions")
        try:
            records = [record(number) for number in range(RECORDS)]
            places = write(channel, topic, records)
            share = Counter(partition for partition, _ in places)
            print(f"wrote {len(records)} records, by partition: {dict(sorted(share.items()))}")
            compare(records, places, read_all(channel, topic))
            print(f"read {len(records)} records, equal to what was written")
            show_an_error(channel)
        finally:
            admin.DeleteTopic(admin_pb2.DeleteTopicRequest(topic=topic), timeout=A_CALL_SECONDS)
        print(f"deleted topic {topic}")


def record(number):
    """Every record of a customer has the same key, so they stay in order in one partition."""
    made = records_pb2.Record(
        key=f"customer-{number % 97}".encode(),
        timestamp_ms=1_700_000_000_000 + number,
        headers=[
            records_pb2.Header(key="source", value=b"keyed_records.py"),
            records_pb2.Header(key="number", value=str(number).encode()),
            records_pb2.Header(key="null"),
        ],
    )
    if number % 100 != 99:  # a value that is left out is null, which is not the same as b""
        made.value = f"order {number}, größer".encode()
    return made


def write(channel, topic, records):
    """Returns (partition, offset) of each record. The server chooses partitions by key."""
    produce = produce_pb2_grpc.ProduceServiceStub(channel)
    response = produce.Produce(
        produce_pb2.ProduceRequest(
            topic=topic,
            records=records_pb2.RecordList(records=records),
            acks=produce_pb2.ACKS_ALL,
        ),
        timeout=A_CALL_SECONDS,
    )
    places = [None] * len(records)
    for ack in response.acks:
        if ack.HasField("error"):
            raise RuntimeError(f"partition {ack.partition}: {ack.error.reason}: {ack.error.message}")
        for distance, index in enumerate(ack.record_indexes):
            places[index] = (ack.partition, ack.base_offset + distance)
    if None in places:
        raise RuntimeError(f"record {places.index(None)} was not acknowledged")
    return places


def read_all(channel, topic):
    """Returns {(partition, offset): record}, each partition read from its start to its end."""
    fetch = fetch_pb2_grpc.FetchServiceStub(channel)
    found = {}
    for partition in range(PARTITIONS):
        offset, end = 0, 1
        while offset < end:
            answer = fetch.Fetch(
                fetch_pb2.FetchRequest(
                    topic=topic,
                    partition=partition,
                    offset=offset,
                    max_bytes=16 * 1024,
                ),
                timeout=A_CALL_SECONDS,
            )
            for stored in answer.records.records:
                found[partition, stored.offset] = stored
            offset, end = answer.next_offset, answer.high_watermark
    return found


def compare(records, places, found):
    if len(found) != len(records):
        raise RuntimeError(f"wrote {len(records)} records, found {len(found)}")
    for written, place in zip(records, places):
        stored = found[place]
        got = records_pb2.Record(headers=stored.headers, timestamp_ms=stored.timestamp_ms)
        if stored.HasField("key"):
            got.key = stored.key
        if stored.HasField("value"):
            got.value = stored.value
        if got != written:
            raise RuntimeError(f"at {place} is\n{got}\nand not\n{written}")


def show_an_error(channel):
    fetch = fetch_pb2_grpc.FetchServiceStub(channel)
    try:
        fetch.Fetch(fetch_pb2.FetchRequest(topic="no-such-topic"), timeout=A_CALL_SECONDS)
    except grpc.RpcError as error:
        print(f"as it should: {error.code().name} {error_info(error).reason}: {error.details()}")
        if error_info(error).reason != "UNKNOWN_TOPIC":
            raise
    else:
        raise RuntimeError("a topic that does not exist could be read")


def error_info(error):
    """The reason of a failed call, one word, and what it is about."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in rpc_status_pb2.Status.FromString(value).details:
                if detail.type_url.endswith("/google.rpc.ErrorInfo"):
                    return rpc_status_pb2.ErrorInfo.FromString(detail.value)
    return rpc_status_pb2.ErrorInfo()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except grpc.RpcError as failed:
        reason = error_info(failed).reason
        sys.exit(f"{failed.code().name} {reason}: {failed.details()}")
    except RuntimeError as failed:
        sys.exit(str(failed))
