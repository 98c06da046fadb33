// pgjdbc under tls.py: connects, and asks the server whether the connection is encrypted.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class TlsPgjdbc {
  static final Pattern CASE =
      Pattern.compile("\"id\": \"(.*?)\", \"host\": \"(.*?)\", \"port\": (\\d+), \"query\": \"(.*?)\"");

  static String connect(String url) {
    try (Connection connection = DriverManager.getConnection(url)) {
      ResultSet rows = connection.createStatement()
          .executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
      rows.next();
      return "\"outcome\": \"" + (rows.getBoolean(1) ? "tls" : "plain") + '"';
    } catch (Exception error) {
      String said = error.getMessage() + (error.getCause() == null ? "" : " (" + error.getCause() + ")");
      return "\"error\": \"" + said.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
  }

  public static void main(String[] args) throws Exception {
    Logger.getLogger("org.postgresql").setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("{\"version\": \"" + org.postgresql.util.DriverInfo.DRIVER_VERSION + "\"}");
    // The default root certificate is looked for in the home folder, which Java asks the system for.
    System.setProperty("user.home", System.getenv("HOME"));
    String line;
    while ((line = in.readLine()) != null) {
      Matcher one = CASE.matcher(line);
      one.find();
      String query = one.group(4).isEmpty() ? "" : "&" + one.group(4);
      String url = "jdbc:postgresql://" + one.group(2) + ":" + one.group(3)
          + "/postgres?user=ann&password=Kestrel7" + query;
      out.println("{\"id\": \"" + one.group(1) + "\", " + connect(url) + "}");
    }
  }
}
