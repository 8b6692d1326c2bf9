import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;

/**
 * Validate RDF files with the SHACL engine of Apache Jena.
 *
 * Reads lines of two paths, shapes and data, separated by a tab. Writes a line per result: data,
 * focus node, source shape and constraint component, separated by tabs.
 */
class Validate {
  public static void main(String[] arguments) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    Map<String, Shapes> shapes = new HashMap<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] paths = line.split("\t");
      Shapes known = shapes.computeIfAbsent(paths[0], path -> Shapes.parse(RDFDataMgr.loadGraph(path)));
      validate(known, paths[1]).forEach(out::println);
    }
    out.flush();
  }

  static TreeSet<String> validate(Shapes shapes, String path) {
    Graph data = RDFDataMgr.loadGraph(path);
    var found = new TreeSet<String>();
    for (var entry : ShaclValidator.get().validate(shapes, data).getEntries()) {
      var parts = new String[] {
        path,
        write(entry.focusNode()),
        write(entry.source()),
        write(entry.sourceConstraintComponent())
      };
      found.add(String.join("\t", parts));
    }
    return found;
  }

  static String write(Node node) {
    return node == null ? "" : node.isURI() ? node.getURI() : node.toString();
  }
}
