// ADO.NET's tokenizer: System.Data.Common.DbConnectionStringBuilder, which Npgsql's builder is made from.
//
// What Npgsql then makes of the keywords is not asked here: Npgsql cannot be had from the
// registries that this runner uses.
using System;
using System.Collections.Generic;
using System.Data.Common;
using System.IO;
using System.Text;

static class Adonet
{
    static readonly Dictionary<string, string[]> Fields = new Dictionary<string, string[]> {
        // Npgsql's keywords for what has a field of its own; see NpgsqlConnectionStringBuilder.
        { "user", new[] { "username", "user name", "userid", "user id", "uid" } },
        { "password", new[] { "password", "psw", "pwd" } },
        { "database", new[] { "database", "db" } },
        { "host", new[] { "host", "server" } },
        { "port", new[] { "port" } },
    };

    static string Quote(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text) {
            if (c == '"' || c == '\\') json.Append('\\').Append(c);
            else if (c < ' ') json.AppendFormat("\\u{0:x4}", (int) c);
            else json.Append(c);
        }
        return json.Append('"').ToString();
    }

    // The string of a member in one line of JSON whose values are all strings.
    static string Member(string line, string name)
    {
        var at = line.IndexOf("\"" + name + "\": \"", StringComparison.Ordinal) + name.Length + 5;
        var text = new StringBuilder();
        for (; line[at] != '"'; at++) {
            if (line[at] != '\\') { text.Append(line[at]); continue; }
            at++;
            switch (line[at]) {
                case 'n': text.Append('\n'); break;
                case 't': text.Append('\t'); break;
                case 'r': text.Append('\r'); break;
                case 'f': text.Append('\f'); break;
                case 'b': text.Append('\b'); break;
                case 'u':
                    text.Append((char) Convert.ToInt32(line.Substring(at + 1, 4), 16));
                    at += 4;
                    break;
                default: text.Append(line[at]); break;
            }
        }
        return text.ToString();
    }

    static string Read(string text)
    {
        DbConnectionStringBuilder builder;
        try {
            builder = new DbConnectionStringBuilder { ConnectionString = text };
        } catch (Exception error) {
            return "\"outcome\": \"refused\", \"error\": " + Quote(error.Message)
                + ", \"error_type\": " + Quote(error.GetType().Name);
        }
        var known = new Dictionary<string, string>();
        var rest = new StringBuilder();
        foreach (string key in builder.Keys) {
            var value = Convert.ToString(builder[key]);
            var field = "";
            foreach (var entry in Fields)
                if (Array.IndexOf(entry.Value, key) >= 0) field = entry.Key;
            // A synonym beside another is left among the settings: Npgsql takes the later one.
            if (field != "" && !known.ContainsKey(field)) known[field] = value;
            else rest.Append(rest.Length == 0 ? "" : ", ").Append(Quote(key)).Append(": ").Append(Quote(value));
        }
        Func<string, string> get = name => known.ContainsKey(name) ? Quote(known[name]) : "null";
        int number;
        var port = known.ContainsKey("port") && int.TryParse(known["port"], out number)
            ? number.ToString() : get("port");
        var hosts = known.ContainsKey("host") || known.ContainsKey("port")
            ? "[{\"host\": " + get("host") + ", \"port\": " + port + "}]" : "[]";
        return "\"outcome\": \"accepted\", \"hosts\": " + hosts + ", \"user\": " + get("user")
            + ", \"database\": " + get("database") + ", \"password\": " + get("password")
            + ", \"settings\": {" + rest + "}";
    }

    static void Main()
    {
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        var mono = Type.GetType("Mono.Runtime") != null;
        var version = Environment.GetEnvironmentVariable("ADONET_VERSION") ?? Environment.Version.ToString();
        output.WriteLine("{\"driver\": " + Quote(mono ? "adonet-mono" : "adonet-dotnet")
            + ", \"version\": " + Quote(version)
            + ", \"through\": \"System.Data.Common.DbConnectionStringBuilder of "
            + (mono ? "Mono" : ".NET Core") + "\"}");
        string line;
        while ((line = input.ReadLine()) != null)
            output.WriteLine("{\"id\": " + Quote(Member(line, "id")) + ", " + Read(Member(line, "input")) + "}");
        output.Flush();
    }
}
