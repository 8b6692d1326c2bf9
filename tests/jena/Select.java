import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.Syntax;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.RDFNode;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.update.UpdateAction;
import org.apache.jena.update.UpdateFactory;

/**
 * Ask SELECT queries of RDF files with Apache Jena, in plain SPARQL 1.1.
 *
 * The arguments are update requests that every file goes through first. Reads lines of two paths,
 * query and data, separated by a tab. Writes a line per row: query, data and the cells that are
 * bound, separated by tabs.
 */
class Select {
  public static void main(String[] updates) throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] paths = line.split("\t");
      Model data = RDFDataMgr.loadModel(paths[1]);
      for (String update : updates) {
        UpdateAction.execute(UpdateFactory.read(update, Syntax.syntaxSPARQL_11), data);
      }
      Query query = QueryFactory.read(paths[0], Syntax.syntaxSPARQL_11);
      try (var execution = QueryExecutionFactory.create(query, data)) {
        var rows = execution.execSelect();
        while (rows.hasNext()) {
          var row = rows.next();
          var cells = rows.getResultVars().stream().map(row::get).filter(cell -> cell != null);
          out.println(line + "\t" + cells.map(Select::write).collect(Collectors.joining("\t")));
        }
      }
    }
    out.flush();
  }

  static String write(RDFNode node) {
    return node.isLiteral() ? node.asLiteral().getLexicalForm() : node.toString();
  }
}
