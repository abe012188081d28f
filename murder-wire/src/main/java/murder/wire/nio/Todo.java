package murder.wire.nio;

final class Todo {}
