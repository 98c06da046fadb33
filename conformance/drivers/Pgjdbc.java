// pgjdbc: Driver.parseURL, then DriverManager.getConnection with the network closed.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;

public class Pgjdbc {
  static String quote(String text) {
    if (text == null) {
      return "null";
    }
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** The string of a member in one line of JSON whose values are all strings. */
  static String member(String line, String name) {
    int at = line.indexOf("\"" + name + "\": \"") + name.length() + 5;
    StringBuilder text = new StringBuilder();
    for (; line.charAt(at) != '"'; at++) {
      char c = line.charAt(at);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      c = line.charAt(++at);
      switch (c) {
        case 'n': text.append('\n'); break;
        case 't': text.append('\t'); break;
        case 'r': text.append('\r'); break;
        case 'f': text.append('\f'); break;
        case 'b': text.append('\b'); break;
        case 'u':
          text.append((char) Integer.parseInt(line.substring(at + 1, at + 5), 16));
          at += 4;
          break;
        default: text.append(c);
      }
    }
    return text.toString();
  }

  static String take(Properties properties, String key) {
    String value = properties.getProperty(key);
    properties.remove(key);
    return value;
  }

  static String reading(Properties properties, SslMode mode) {
    Properties rest = new Properties();
    for (String key : properties.stringPropertyNames()) {
      rest.setProperty(key, properties.getProperty(key));
    }
    String hosts = take(rest, "PGHOST");
    String ports = take(rest, "PGPORT");
    StringBuilder pairs = new StringBuilder();
    String[] names = hosts == null ? new String[0] : hosts.split(",", -1);
    String[] numbers = ports == null ? new String[0] : ports.split(",", -1);
    for (int i = 0; i < names.length; i++) {
      String port = i < numbers.length ? numbers[i] : null;
      boolean number = port != null && port.matches("0|[1-9][0-9]*");
      pairs.append(i == 0 ? "" : ", ").append("{\"host\": ")
          .append(quote(names[i].isEmpty() ? null : names[i]))
          .append(", \"port\": ").append(number ? port : quote(port)).append('}');
    }
    String user = take(rest, "user");
    String database = take(rest, "PGDBNAME");
    String password = take(rest, "password");
    StringBuilder settings = new StringBuilder();
    List<String> ignored = new ArrayList<>();
    for (String key : new TreeSet<>(rest.stringPropertyNames())) {
      settings.append(settings.length() == 0 ? "" : ", ")
          .append(quote((PGProperty.forName(key) == null ? "ignored:" : "") + key))
          .append(": ").append(quote(rest.getProperty(key)));
    }
    return "\"hosts\": [" + pairs + "], \"user\": " + quote(user) + ", \"database\": "
        + quote(database) + ", \"password\": " + quote(password) + ", \"tls\": {\"sslMode\": "
        + quote(mode == null ? null : mode.name()) + "}, \"settings\": {" + settings + "}";
  }

  static String refused(String message) {
    return "\"outcome\": \"refused\", \"error\": " + quote(message);
  }

  static String read(String url) {
    Properties properties = null;
    String reading = "";
    if (url.startsWith("jdbc:postgresql:")) {
      properties = org.postgresql.Driver.parseURL(url, new Properties());
    }
    if (properties != null) {
      SslMode mode = null;
      try {
        mode = SslMode.of(properties);
      } catch (SQLException error) {
        // Said again by getConnection.
      }
      reading = ", " + reading(properties, mode);
    }
    try {
      DriverManager.getConnection(url).close();
      return refused("connected, with the network closed") + reading;
    } catch (SQLException error) {
      String said = String.valueOf(error.getMessage());
      if (error.getCause() != null) {
        said += " (" + error.getCause() + ")";
      }
      for (Throwable cause = error; cause != null; cause = cause.getCause()) {
        if (cause instanceof java.net.ConnectException) {
          return "\"outcome\": \"accepted\"" + reading;
        }
      }
      return refused(said) + reading;
    } catch (RuntimeException error) {
      return refused(error.getClass().getSimpleName() + ": " + error.getMessage()) + reading;
    }
  }

  public static void main(String[] args) throws Exception {
    Logger.getLogger("org.postgresql").setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("{\"driver\": \"pgjdbc\", \"version\": "
        + quote(org.postgresql.util.DriverInfo.DRIVER_VERSION)
        + ", \"through\": \"Driver.parseURL, SslMode.of, DriverManager.getConnection\"}");
    String line;
    while ((line = in.readLine()) != null) {
      out.println("{\"id\": " + quote(member(line, "id")) + ", " + read(member(line, "input")) + "}");
    }
    out.flush();
  }
}
