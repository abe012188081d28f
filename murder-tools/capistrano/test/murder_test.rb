# frozen_string_literal: true

# ruby -Ilib test/murder_test.rb
require "minitest/autorun"
require "open3"
require "capistrano/murder/arguments"
require "capistrano/murder/commands"
require "capistrano/murder/failure"
require "capistrano/murder/report"

class ArgumentsTest < Minitest::Test
  SETTINGS = { default_tag: "default", default_seeder_files_path: "", default_destination_path: "/dest", default_temp_path: "/tmp" }.freeze

  def arguments(env = {}, fixed = {})
    Capistrano::Murder::Arguments.new(SETTINGS, env, fixed)
  end

  def test_an_argument_comes_before_a_setting
    assert_equal "default", arguments.tag
    assert_equal "default", arguments("tag" => "").tag
    assert_equal "given", arguments("tag" => "given").tag
    assert_equal "release", arguments({ "tag" => "given" }, { "tag" => "release" }).tag
  end

  def test_a_tag_is_one_name
    ["a/b", "a\\b", ".", "..", "a\nb"].each { |tag| assert_raises(ArgumentError, tag) { arguments("tag" => tag).tag } }
    ["it's $(id)", "--json", " a "].each { |tag| assert_equal tag, arguments("tag" => tag).tag }
  end

  def test_what_is_missing_is_named_with_its_setting
    error = assert_raises(ArgumentError) { arguments.files_path }
    assert_equal "this task needs files_path=...; its default is set :default_seeder_files_path", error.message
  end

  def test_the_torrent_is_called_as_in_the_original
    assert_equal "/tmp/v1.tgz.torrent", arguments("tag" => "v1").torrent
    assert_equal "/t/v1.tar.torrent", arguments("tag" => "v1", "archive" => "tar", "temp_path" => "/t").torrent
    assert_equal "/tmp/v1.torrent", arguments("tag" => "v1", "archive" => "tree").torrent
    assert_raises(ArgumentError) { arguments("archive" => "zip").archive }
  end

  def test_switches_are_on_or_off
    assert arguments("path_is_file" => "1").set?("path_is_file")
    refute arguments("path_is_file" => "0").set?("path_is_file")
    refute arguments.set?("path_is_file")
    assert_raises(ArgumentError) { arguments("path_is_file" => "maybe").set?("path_is_file") }
  end
end

class CommandsTest < Minitest::Test
  SETTINGS = ArgumentsTest::SETTINGS.merge(tracker_port: 8998, murder_java: "java", murder_state: "", remote_murder_path: "/opt/murder")
  MURDER = "LC_ALL=C.UTF-8 java -jar /opt/murder/murder-tools.jar"

  def commands(env = {}, settings = SETTINGS)
    Capistrano::Murder::Commands.new(settings, Capistrano::Murder::Arguments.new(settings, env), "host0:8998")
  end

  def test_the_same_commands_as_murder_fleet
    env = { "tag" => "v1", "files_path" => "/srv/v1" }
    assert_equal "#{MURDER} host start-tracker --port=8998 --json", commands.start_tracker(nil)
    assert_equal "#{MURDER} host pack --tag=v1 --temp=/tmp --archive=tgz --files=/srv/v1 --tracker=host0:8998 --hosts=3 --json",
                 commands(env).pack(nil, 3)
    assert_includes commands(env).pack(nil, 3, packed: true), " --path-is-file "
    assert_equal "#{MURDER} host start-seeding --tag=v1 --temp=/tmp --archive=tree --files=/srv/v1 --json",
                 commands(env.merge("archive" => "tree")).start_seeding(nil)
    assert_equal "#{MURDER} host peer --tag=v1 --temp=/tmp --archive=tgz --dest=/dest --unsafe-please-delete --timeout=1h --stall=60s --json " \
                 "< /tmp/v1.tgz.torrent", commands(env.merge("unsafe_please_delete" => "1", "timeout" => "1h")).peer(nil, "/tmp/v1.tgz.torrent")
    assert_equal "#{MURDER} stop peer --if-any --exact -- v1", commands(env).stop(nil, "peer", if_any: true)
    assert_equal "#{MURDER} stop seeder", commands.stop(nil, "seeder", all: true)
    assert_equal "#{MURDER} host clean --tag=v1 --temp=/tmp --json", commands(env).clean(nil)
  end

  def test_check_names_the_bytes_of_the_payload
    assert_equal "#{MURDER} host check --temp=/tmp --bytes=7 --tracker=host0:8998 --dest=/dest --port=8998 --json",
                 commands.check(nil, true, 7)
  end

  def test_check_needs_no_jar
    _, told, status = Open3.capture3("sh", "-c", commands({}, SETTINGS.merge(murder_java: "no-such-java")).check_without_jar)
    refute_predicate status, :success?
    assert_equal "murder check: no java can be run there; install it or set :murder_java\n", told
    _, told, status = Open3.capture3("sh", "-c", commands.check_without_jar)
    assert_predicate status, :success?, told
  end

  def test_the_state_folder_takes_the_name_of_the_host
    host = Struct.new(:hostname).new("h1")
    assert_equal "LC_ALL=C.UTF-8 MURDER_STATE=/var/h1/h1 java -jar /opt/murder/murder-tools.jar stop tracker",
                 commands({}, SETTINGS.merge(murder_state: "/var/%h/%h")).stop_tracker(host)
  end

  def test_every_word_comes_through_a_shell_as_it_is
    words = ["it's", "$(id)", "`x`", "a b ", " ", "", "\"", "\\", "*", "~", "a;b|c&d>e", "é", "-x", "a=b"]
    line = words.map { |word| Capistrano::Murder::Commands.quote(word) }.join(" ")
    printed, status = Open3.capture2("sh", "-c", "printf '%s\\0' #{line}")
    assert_predicate status, :success?
    assert_equal words, printed.force_encoding("UTF-8").split("\0", -1)[0..-2]
  end

  def test_no_line_ends_in_a_blank_that_is_cut_off
    assert_equal "#{MURDER} stop peer --exact -- 'v '", commands("tag" => "v ").stop(nil, "peer")
  end
end

class ReportTest < Minitest::Test
  def test_torrent_comes_in_lines_of_base64
    sent = ["Welcome!", '{"type":"data","base64":"AAEC"}', 'noise{"type":"data","base64":"/w=="}', '{"type":"result","ok":true}']
    assert_equal "\x00\x01\x02\xFF".b, Capistrano::Murder::Report.data(sent.join("\n"))
  end

  RESULT = '{"type":"result","ok":true,"started":false}'

  def test_the_last_result_counts
    text = "Welcome\n{\"type\":\"progress\",\"progress\":\"hashing\"}\n{\"type\":\"result\",\"ok\":false}\n#{RESULT}\n{\"type\":\"check\"}\nbye\n"
    assert_equal false, Capistrano::Murder::Report.result(text)["started"]
  end

  def test_text_without_a_line_end_may_precede_it
    ["\e]0;h1\a", "{", "{\"type\":"].each { |banner| assert_equal true, Capistrano::Murder::Report.result(banner + RESULT)["ok"] }
  end

  def test_other_lines_are_no_result
    ["", "Welcome", "{\"ok\":true}", RESULT[0..-2], "#{RESULT} and more", "{\"type\":NaN}"].each do |text|
      assert_nil Capistrano::Murder::Report.result(text), text
    end
  end
end

class FailureTest < Minitest::Test
  def reason(text)
    Capistrano::Murder::Failure.reason(RuntimeError.new(text))
  end

  def test_what_murder_says_is_best
    text = "LC_ALL=C.UTF-8 java exit status: 1\nLC_ALL=C.UTF-8 stdout: {\"type\":\"result\",\"result\":\"failed\",\"ok\":false,\"error\":\"disk full\"}\n" \
           "LC_ALL=C.UTF-8 stderr: murder host: disk full\n"
    assert_equal "disk full", reason(text)
    assert_equal "5", reason('{"type":"result","ok":false,"error":5}')
    assert_equal "no seeder runs", reason("x exit status: 1\nx stdout: Nothing written\nx stderr: murder stop: no seeder runs\n")
  end

  def test_known_troubles_say_what_to_do
    assert_includes reason("x exit status: 127\nx stderr: bash: java: command not found\n"), "no java can be run there"
    assert_includes reason("x exit status: 1\nx stderr: Error: Unable to access jarfile /m.jar\n"), "murder is not there (/m.jar)"
    assert_includes reason("x stderr: Exception UnsupportedClassVersionError: murder\n"), "java is too old"
  end

  def test_else_the_last_line_without_control_characters
    assert_equal "Connection refused - connect(2)", reason("Connection refused - connect(2)")
    assert_equal "?[31mred?", reason("\e[31mred\u202e")
  end
end
