# ruby-pg, by itself or below Active Record: connects as each line says, and prints what Ruby prints of the error.

require 'json'
require 'pg'
require 'timeout'

$stdout.sync = true
framework = ARGV[0] == 'activerecord'
require 'active_record' if framework
version = framework ? ActiveRecord::VERSION::STRING : PG::VERSION
puts JSON.generate(version: version)
$stdin.each_line(chomp: true) do |line|
  id, text, sql = line.split("\t", -1)
  said = nil
  begin
    Timeout.timeout(12) do
      if framework
        ActiveRecord::Base.establish_connection(text)
        ActiveRecord::Base.connection.execute(sql.empty? ? 'select 1' : sql)
      else
        connection = PG.connect(text)
        connection.exec(sql) unless sql.empty?
        connection.close
      end
    end
  rescue Exception => error
    said = error.full_message(highlight: false, order: :top)
  end
  puts JSON.generate(id: id, said: said)
end
