package murder.engine;

final class Todo {}
