// pgJDBC, by itself, in Hikari's pool, or behind Spring: connects as each line says, and prints the stack trace.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

public class Jdbc {
  static void plain(String url, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(url)) {
      if (!sql.isEmpty()) {
        connection.createStatement().execute(sql);
      }
    }
  }

  static void hikari(String url, String sql) throws Exception {
    com.zaxxer.hikari.HikariConfig config = new com.zaxxer.hikari.HikariConfig();
    config.setJdbcUrl(url);
    config.setConnectionTimeout(2000);
    // With a pool that may begin empty, the caller is the one who waits and is told.
    config.setInitializationFailTimeout(-1);
    config.setMaximumPoolSize(1);
    try (com.zaxxer.hikari.HikariDataSource pool = new com.zaxxer.hikari.HikariDataSource(config);
        Connection connection = pool.getConnection()) {
      if (!sql.isEmpty()) {
        connection.createStatement().execute(sql);
      }
    }
  }

  static void spring(String url, String sql) {
    new JdbcTemplate(new DriverManagerDataSource(url)).execute(sql.isEmpty() ? "select 1" : sql);
  }

  static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  public static void main(String[] args) throws Exception {
    Logger.getLogger("org.postgresql").setLevel(Level.OFF);
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    System.setProperty("user.home", System.getenv("HOME"));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("{\"version\": \"" + org.postgresql.util.DriverInfo.DRIVER_VERSION + "\"}");
    String line;
    while ((line = in.readLine()) != null) {
      String[] parts = line.split("\t", -1);
      String said = "null";
      try {
        switch (args[0]) {
          case "hikari": hikari(parts[1], parts[2]); break;
          case "spring": spring(parts[1], parts[2]); break;
          default: plain(parts[1], parts[2]);
        }
      } catch (Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        said = json(trace.toString().trim());
      }
      out.println("{\"id\": \"" + parts[0] + "\", \"said\": " + said + "}");
    }
    System.exit(0);
  }
}
