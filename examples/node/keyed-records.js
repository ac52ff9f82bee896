// Writes 1,000 keyed records to Milena, reads them back and compares.
//
//     node keyed-records.js HOST:PORT

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const RECORDS = 1_000;
const PARTITIONS = 6;
const CALL_MS = 30_000;

const definition = loadSync(
  ['milena/v1/admin.proto', 'milena/v1/produce.proto', 'milena/v1/fetch.proto', 'rpc_status.proto'],
  {
    includeDirs: ['../../proto', '../proto'].map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
    longs: Number, // exact up to 2^53; take String or BigInt if your offsets may be larger
    enums: String,
    defaults: true, // 0, '' and [] where nothing was sent; what is optional and absent stays undefined
  },
);
const { AdminService, ProduceService, FetchService } = grpc.loadPackageDefinition(definition).milena.v1;

async function main(address) {
  const topic = `example-node-${Date.now()}`;
  const clients = [AdminService, ProduceService, FetchService].map(
    (Service) => new Service(address, grpc.credentials.createInsecure()),
  );
  const [admin, produce, fetch] = clients;
  try {
    await call(admin, 'createTopic', { topic, partitions: PARTITIONS });
    console.log(`created topic ${topic} with ${PARTITIONS} partitions`);
    try {
      const records = Array.from({ length: RECORDS }, (_, number) => record(number));
      const places = await write(produce, topic, records);
      console.log(`wrote ${records.length} records, by partition: ${JSON.stringify(share(places))}`);
      compare(records, places, await readAll(fetch, topic));
      console.log(`read ${records.length} records, equal to what was written`);
      await showAnError(fetch);
    } finally {
      await call(admin, 'deleteTopic', { topic });
    }
    console.log(`deleted topic ${topic}`);
  } finally {
    clients.forEach((client) => client.close());
  }
}

/** One unary call with a deadline. */
function call(client, method, request) {
  return promisify(client[method].bind(client))(request, { deadline: Date.now() + CALL_MS });
}

/** Every record of a customer has the same key, so they stay in order in one partition. */
function record(number) {
  const made = {
    key: Buffer.from(`customer-${number % 97}`),
    timestampMs: 1_700_000_000_000 + number,
    headers: [
      { key: 'source', value: Buffer.from('keyed-records.js') },
      { key: 'number', value: Buffer.from(`${number}`) },
      { key: 'null' },
    ],
  };
  if (number % 100 !== 99) {
    // a value that is left out is null, which is not the same as an empty one
    made.value = Buffer.from(`order ${number}, größer`);
  }
  return made;
}

/** Returns { partition, offset } of each record. The server chooses partitions by key. */
async function write(produce, topic, records) {
  const { acks } = await call(produce, 'produce', { topic, records: { records }, acks: 'ACKS_ALL' });
  const places = new Array(records.length).fill(undefined);
  for (const { partition, baseOffset, recordIndexes, error } of acks) {
    if (error) {
      throw new Error(`partition ${partition}: ${error.reason}: ${error.message}`);
    }
    recordIndexes.forEach((index, distance) => {
      places[index] = { partition, offset: baseOffset + distance };
    });
  }
  const missing = places.indexOf(undefined);
  if (missing >= 0) {
    throw new Error(`record ${missing} was not acknowledged`);
  }
  return places;
}

/** Returns a map of "partition/offset" to record, each partition streamed from its start to its end. */
async function readAll(fetch, topic) {
  const found = new Map();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const request = { topic, partition, place: 'EARLIEST', maxBytes: 16 * 1024, maxWaitMs: 1_000 };
    const stream = fetch.fetchStream(request, { deadline: Date.now() + CALL_MS });
    stream.on('error', () => {}); // cancelling ends it with an error; the loop below throws those that matter
    try {
      for await (const answer of stream) {
        answer.records?.records.forEach((stored) => found.set(`${partition}/${stored.offset}`, stored));
        if (answer.nextOffset >= answer.highWatermark) {
          break;
        }
      }
    } finally {
      stream.cancel(); // a stream never ends by itself
    }
  }
  return found;
}

function compare(records, places, found) {
  assert.equal(found.size, records.length);
  records.forEach((written, number) => {
    const { partition, offset } = places[number];
    const stored = found.get(`${partition}/${offset}`);
    assert.ok(stored, `nothing at offset ${offset} of partition ${partition}`);
    assert.deepEqual(plain(stored), plain(written));
  });
}

/** What is compared of a record, with null for what is absent. */
function plain({ key, value, timestampMs, headers }) {
  const text = (bytes) => bytes?.toString() ?? null;
  return {
    key: text(key),
    value: text(value),
    timestampMs,
    headers: headers.map((header) => [header.key, text(header.value)]),
  };
}

function share(places) {
  const counts = {};
  places.forEach(({ partition }) => (counts[partition] = (counts[partition] ?? 0) + 1));
  return counts;
}

async function showAnError(fetch) {
  const error = await call(fetch, 'fetch', { topic: 'no-such-topic' }).then(
    () => assert.fail('a topic that does not exist could be read'),
    (failed) => failed,
  );
  if (errorInfo(error)?.reason !== 'UNKNOWN_TOPIC') {
    throw error;
  }
  console.log(`as it should: ${explain(error)}`);
}

/** The reason of a failed call, one word, and what it is about; undefined when the server sent none. */
function errorInfo(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const details = bytes ? definition['google.rpc.Status'].deserialize(bytes).details : [];
  const info = details.find((detail) => detail.typeUrl.endsWith('/google.rpc.ErrorInfo'));
  return info && definition['google.rpc.ErrorInfo'].deserialize(info.value);
}

function explain(error) {
  return `${grpc.status[error.code]} ${errorInfo(error)?.reason ?? ''}: ${error.details}`;
}

if (process.argv.length !== 3) {
  console.error('usage: node keyed-records.js HOST:PORT');
  process.exit(1);
}
main(process.argv[2]).catch((error) => {
  console.error(error.code in grpc.status ? explain(error) : error.message);
  process.exitCode = 1;
});
