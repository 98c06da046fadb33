# Active Record's reading of DATABASE_URL: ConnectionUrlResolver, then what its adapter hands to ruby-pg.
require "active_support"
require "active_record"
require "active_record/database_configurations/connection_url_resolver"
require_relative "common"

def read(text)
  hash = ActiveRecord::DatabaseConfigurations::ConnectionUrlResolver.new(text).to_hash.transform_keys(&:to_s)
  names = hash.delete("host")
  port = hash.delete("port")
  {
    hosts: names || port ? [{ host: names, port: port }] : [],
    user: hash.delete("username"),
    database: hash.delete("database"),
    password: hash.delete("password"),
    settings: hash,
  }
end

run("rails", ActiveRecord.version.to_s, "ConnectionUrlResolver#to_hash") { |text| read(text) }
