# ruby-pg: conninfo_parse, then PG.connect with the network closed.
require "pg"
require_relative "common"

def read(text)
  options = PG::Connection.conninfo_parse(text).to_h { |option| [option[:keyword], option[:val]] }.compact
  reading = libpq_reading(options)
  begin
    PG.connect(text).close
  rescue PG::Error => error
    raise Refused.new(error.message, reading) unless error.message.include?("Connection refused")
  end
  reading
end

number = PG.library_version
run("ruby-pg", PG::VERSION,
    "PG::Connection.conninfo_parse, PG.connect; libpq #{number / 10000}.#{number % 10000}") { |text| read(text) }
