package dev.milena.it.house;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The sizes of one Java file, read with the JDK's own parser. */
final class JavaSource {
  /** A named thing and its measure, for instance a method and its lines. */
  record Measure(String name, int value) {}

  final List<Measure> methodLines = new ArrayList<>();
  final List<Measure> methodNesting = new ArrayList<>();
  final List<Measure> constructorParameters = new ArrayList<>();
  final List<Measure> classFields = new ArrayList<>();

  private JavaSource() {}

  static List<JavaSource> parse(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaSource> sources = new ArrayList<>();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        JavaSource source = new JavaSource();
        new Measurer(source, unit, positions).scan(unit, null);
        sources.add(source);
      }
    }
    return sources;
  }

  private static final class Measurer extends TreeScanner<Void, Void> {
    private final JavaSource source;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private String typeName = "";

    Measurer(JavaSource source, CompilationUnitTree unit, SourcePositions positions) {
      this.source = source;
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitClass(ClassTree type, Void p) {
      String outer = typeName;
      typeName =
          type.getSimpleName().isEmpty() ? outer + ".<anonymous>" : type.getSimpleName().toString();
      if (type.getKind() == Tree.Kind.CLASS) {
        long fields =
            type.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(v -> !v.getModifiers().getFlags().contains(Modifier.STATIC))
                .count();
        source.classFields.add(new Measure(typeName, (int) fields));
      }
      super.visitClass(type, null);
      typeName = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void p) {
      String name = typeName + "." + method.getName();
      if (method.getReturnType() == null) {
        source.constructorParameters.add(new Measure(typeName, method.getParameters().size()));
      }
      BlockTree body = method.getBody();
      if (body != null) {
        source.methodLines.add(new Measure(name, lines(body)));
        Nesting nesting = new Nesting();
        nesting.scan(body.getStatements(), null);
        source.methodNesting.add(new Measure(name, nesting.deepest));
      }
      return super.visitMethod(method, null);
    }

    private int lines(Tree tree) {
      LineMap map = unit.getLineMap();
      long first = map.getLineNumber(positions.getStartPosition(unit, tree));
      long last = map.getLineNumber(positions.getEndPosition(unit, tree));
      return (int) (last - first - 1);
    }
  }

  /** Blocks within blocks; the body of a method is depth 0. */
  private static final class Nesting extends TreeScanner<Void, Void> {
    private int depth;
    private int deepest;

    @Override
    public Void visitBlock(BlockTree block, Void p) {
      depth++;
      deepest = Math.max(deepest, depth);
      super.visitBlock(block, null);
      depth--;
      return null;
    }

    @Override
    public Void visitClass(ClassTree type, Void p) {
      return null;
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree lambda, Void p) {
      int outer = depth;
      depth = 0;
      super.visitLambdaExpression(lambda, null);
      depth = outer;
      return null;
    }
  }
}
