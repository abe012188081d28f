# frozen_string_literal: true

# ruby -Ilib test/murder_test.rb
require "minitest/autorun"
require "open3"
require "tmpdir"
require "capistrano/murder/arguments"
require "capistrano/murder/commands"
require "capistrano/murder/failure"
require "capistrano/murder/remote"
require "capistrano/murder/report"
require "capistrano/murder/torrent_file"

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

  def test_a_path_holds_nothing_that_a_shell_or_a_terminal_would_read
    ["~/x", "-rf", "/a\nb", "/a\e[2J", "/a\u202eb"].each do |path|
      %w[files_path destination_path temp_path].each do |name|
        assert_raises(ArgumentError, path) { arguments(name => path).public_send(name) }
      end
    end
    assert_equal "/srv/it's ü", arguments("files_path" => "/srv/it's ü").files_path
    assert_raises(ArgumentError) { arguments("tag" => "a\u202eb").tag }
  end

  def test_links_are_kept_on_request
    refute_predicate arguments, :keep_links?
    assert_predicate arguments("links" => "keep"), :keep_links?
    assert_raises(ArgumentError) { arguments("links" => "all").keep_links? }
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
  SETTINGS = ArgumentsTest::SETTINGS.merge(tracker_port: 8998, murder_java: "java", murder_state: "", remote_murder_path: "/opt/murder",
                                           peer_port: 0, announce_address: "", trust_ip: "", upload_limit: "", download_limit: "")
  MURDER = "LC_ALL=C.UTF-8 java -jar /opt/murder/murder-tools.jar"

  HOST = Struct.new(:hostname)

  def commands(env = {}, settings = SETTINGS, deploy = "")
    Capistrano::Murder::Commands.new(settings, Capistrano::Murder::Arguments.new(settings, env), "host0:8998", deploy)
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

  def test_a_deploy_is_named_to_the_hosts
    deploy = commands({ "tag" => "v1" }, SETTINGS, "ab12")
    assert_equal "#{MURDER} host start-tracker --port=8998 --only=cafe --deploy=ab12 --json", deploy.start_tracker(nil, "cafe")
    assert_equal "#{MURDER} stop tracker --if-any --deploy=ab12", deploy.stop_tracker(nil, if_any: true)
    assert_equal "#{MURDER} stop seeder --if-any --deploy=ab12 --exact -- v1", deploy.stop(nil, "seeder", if_any: true)
    [deploy.start_seeding(nil), deploy.peer(nil, "t"), deploy.clean(nil)].each { |line| assert_includes line, " --deploy=ab12 --json" }
  end

  def test_ports_limits_and_addresses_are_settings
    settings = SETTINGS.merge(peer_port: 7000, announce_address: "%h", trust_ip: "10.0.0.0/8", upload_limit: "5M", download_limit: "1Gbit")
    all = commands({ "tag" => "v1", "links" => "keep", "files_path" => "/f" }, settings)
    assert_includes all.start_tracker(nil), " --trust-ip=10.0.0.0/8 "
    assert_includes all.start_seeding(HOST.new("h1")), " --announce-address=h1 --port=7000 --upload-limit=5M "
    assert_includes all.peer(HOST.new("h1"), "t", ["h1"]), " --links=keep --stall=60s --announce-address=h1 --port=7001 --upload-limit=5M " \
                                                            "--download-limit=1Gbit --seeders=h1 "
    assert_includes all.peer(HOST.new("h2"), "t", ["h1"]), " --port=7000 "
    assert_includes all.pack(nil, 1), " --links=keep "
  end

  def test_check_names_the_bytes_of_the_payload
    assert_equal "#{MURDER} host check --temp=/tmp --bytes=7 --tracker=host0:8998 --dest=/dest --port=8998 --json",
                 commands.check(nil, true, 7)
  end

  def test_check_needs_no_jar
    _, told, status = Open3.capture3("sh", "-c", commands({}, SETTINGS.merge(murder_java: "no-such-java")).check_without_jar)
    refute_predicate status, :success?
    assert_equal "murder check: java does not run there; install it or set :murder_java\n", told
    _, told, status = Open3.capture3("sh", "-c", commands.check_without_jar)
    assert_predicate status, :success?, told
  end

  def test_the_state_folder_takes_the_name_of_the_host
    assert_equal "LC_ALL=C.UTF-8 MURDER_STATE=/var/h1/h1 java -jar /opt/murder/murder-tools.jar stop tracker",
                 commands({}, SETTINGS.merge(murder_state: "/var/%h/%h")).stop_tracker(HOST.new("h1"))
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

class HostileReportTest < Minitest::Test
  REPORTS = ['{"type":"data","base64":5}', '{"type":"data","base64":"?"}', '{"type":"data","base64":["AA=="]}'].freeze

  def test_data_that_is_none_is_an_error_of_the_host
    REPORTS.each { |line| assert_raises(IOError, line) { Capistrano::Murder::Report.data(line) } }
    assert_equal "", Capistrano::Murder::Report.data('{"type":"data"}')
  end

  def test_any_line_is_survived
    ["{\"type\":\"result\",\"x\":\"\xff\"}", "\xff\xfe{\"type\":", "{\"type\":#{"[" * 1000}", "{\"type\":5}"].each do |line|
      Capistrano::Murder::Report.result(line)
      Capistrano::Murder::Report.result(line.b)
    end
  end
end

class RemoteTest < Minitest::Test
  # Plays SSHKit's backend.
  class Backend
    attr_reader :printed, :is_cut

    def initialize(&host)
      @host = host
      @printed = []
    end

    def capture(command, options)
      with_ssh { @host.call(->(data) { receive(command, data, options[:interaction_handler]) }) }
    end

    def upload!(_local, _path)
      summarize = transfer_summarizer("up")
      with_ssh { @host.call(summarize) }
    end

    def log_command_data(_command, _stream, data)
      @printed << data
    end

    def shutdown!
      @is_cut = true
    end

    private

    def receive(command, data, watch)
      watch.on_data(command, :stdout, data, nil)
      output.log_command_data(command, :stdout, data)
    end

    def output
      self
    end

    def transfer_summarizer(*_options)
      proc { |*_progress| }
    end

    def with_ssh
      yield self
    end
  end

  GIVEN_UP = Capistrano::Murder::Remote::GivenUp

  def remote(backend, first_s = 60, silence_s = 60)
    Capistrano::Murder::Remote.new(backend, first_s, silence_s)
  end

  def test_a_host_that_prints_without_end_is_given_up
    backend = Backend.new { |host| loop { host.call("x" * 100_000) } }
    error = assert_raises(GIVEN_UP) { remote(backend).run("c") }
    assert_equal "printed more than 16 MiB and was given up", error.message
    assert backend.is_cut
    assert_raises(GIVEN_UP) { remote(backend).run("c", max_output: 200_000) }
  end

  def test_a_host_that_hangs_is_given_up
    never = Queue.new
    backend = Backend.new { never.pop }
    error = assert_raises(GIVEN_UP) { remote(backend, 0).run("c") }
    assert_equal "was silent for 0 s and was given up; see :host_timeout", error.message
    assert backend.is_cut
    assert_raises(GIVEN_UP) { remote(backend, 0).upload("f", "/f") }
  end

  def test_a_report_ends_the_first_limit_and_a_banner_does_not
    never = Queue.new
    backend = Backend.new do |host|
      host.call('{"type":"progress"}')
      never.pop
    end
    assert_equal "was silent for 0 s and was given up", assert_raises(GIVEN_UP) { remote(backend, 600, 0).run("c") }.message
    banner = Backend.new do |host|
      host.call("Welcome")
      never.pop
    end
    assert_raises(GIVEN_UP) { remote(banner, 0, 600).run("c") }
  end

  def test_a_command_that_ends_is_left_alone
    backend = Backend.new { "done" }
    assert_equal "done", remote(backend).run("c")
    refute backend.is_cut
  end

  def test_a_result_without_success_is_an_error_of_the_host
    { '{"type":"result","ok":false,"error":5}' => "5", '{"type":"result","error":5}' => "5", '{"error":5}' => "murder ended without a result",
      '{"type":"result","ok":1}' => "murder ended without a result" }.each do |line, message|
      assert_equal message, assert_raises(IOError) { remote(Backend.new { line }).result("c") }.message
    end
    assert_equal({ "type" => "result", "ok" => true }, remote(Backend.new { '{"type":"result","ok":true}' }).result("c"))
  end

  def test_no_terminal_gets_what_a_host_prints
    backend = Backend.new { |host| host.call("a\tb\n\e]0;x\a\u202e\xff".b) }
    remote(backend).run("c")
    assert_equal ["a\tb\n?]0;x???"], backend.printed
  end
end

class TorrentFileTest < Minitest::Test
  def in_folder
    Dir.mktmpdir { |folder| yield Capistrano::Murder::TorrentFile.new(File.join(folder, "sub", "v1.torrent")) }
  end

  def test_is_written_for_its_owner_alone
    in_folder do |file|
      file.write("d\xff".b)
      file.write("d1e".b)
      assert_equal "d1e".b, file.read
      assert_equal 0o600, File.stat(file.path).mode & 0o777
      assert_equal ["v1.torrent"], Dir.children(File.dirname(file.path))
      file.remove
      file.remove
      assert_includes assert_raises(ArgumentError) { file.read }.message, "there is no such file; murder:create_torrent brings it"
    end
  end

  def test_what_others_can_exchange_is_not_read
    in_folder do |file|
      file.write("d")
      File.chmod(0o620, file.path)
      assert_includes assert_raises(ArgumentError) { file.read }.message, "is not a file of this user alone"
      File.rename(file.path, "#{file.path}.other")
      File.symlink("#{file.path}.other", file.path)
      assert_includes assert_raises(ArgumentError) { file.read }.message, "is a symbolic link"
      File.delete(file.path)
      File.mkfifo(file.path, 0o600)
      assert_raises(ArgumentError) { file.read }
    end
  end

  def test_a_file_of_another_user_is_not_read
    skip "needs root to give a file away" unless Process.uid.zero?
    in_folder do |file|
      file.write("d")
      File.chown(65_534, nil, file.path)
      assert_raises(ArgumentError) { file.read }
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
    assert_includes reason("x exit status: 127\nx stderr: bash: java: command not found\n"), "java does not run there"
    assert_includes reason("x exit status: 1\nx stderr: Error: Unable to access jarfile /m.jar\n"), "murder is not there (/m.jar)"
    assert_includes reason("x stderr: Exception UnsupportedClassVersionError: murder\n"), "java is too old"
  end

  def test_else_the_last_line_without_control_characters
    assert_equal "Connection refused - connect(2)", reason("Connection refused - connect(2)")
    assert_equal "?[31mred?", reason("\e[31mred\u202e")
  end
end
