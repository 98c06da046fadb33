# What the Ruby programs of this folder share: cases in, one line of JSON an answer out.
require "json"

# The driver does not take the text; the reading is what was made of it before.
class Refused < StandardError
  attr_reader :reading

  def initialize(message, reading = {})
    super(message)
    @reading = reading
  end
end

# Bytes that are not UTF-8 are written \xNN.
def shown(value)
  case value
  when String
    value.dup.force_encoding("UTF-8").scrub { |bytes| bytes.bytes.map { |byte| format('\\x%02x', byte) }.join }
  when Hash then value.to_h { |key, each| [shown(key.to_s), shown(each)] }
  when Array then value.map { |each| shown(each) }
  when Symbol then value.to_s
  else value
  end
end

def port(value)
  value.to_s.match?(/\A\d+\z/) ? value.to_i : value
end

# What libpq's parser gives, as this folder writes it: hosts and ports paired up.
def libpq_reading(options)
  names = options.delete("host")
  ports = (options.delete("port") || "").split(",", -1).map { |each| each.empty? ? nil : port(each) }
  names = names.nil? ? (ports.empty? ? [] : [nil]) : (names.empty? ? [""] : names.split(",", -1))
  ports *= names.length if ports.length == 1
  {
    hosts: names.each_with_index.map { |name, index| { host: name, port: ports[index] } },
    user: options.delete("user"),
    database: options.delete("dbname"),
    password: options.delete("password"),
    settings: options,
  }
end

# Answers every case on standard input with what the block makes of it.
def run(driver, version, through)
  $stdout.sync = true
  puts JSON.generate(driver: driver, version: version, through: through)
  $stdin.each_line do |line|
    one = JSON.parse(line)
    answer = { "id" => one["id"], "outcome" => "accepted" }
    begin
      answer.merge!(yield(one["input"]).transform_keys(&:to_s))
    rescue Refused => error
      answer.merge!(error.reading.transform_keys(&:to_s))
      answer.merge!("outcome" => "refused", "error" => error.message.strip)
    rescue StandardError => error
      answer.merge!("outcome" => "refused", "error" => error.message.strip, "error_type" => error.class.name)
    end
    puts JSON.generate(shown(answer))
  end
end
