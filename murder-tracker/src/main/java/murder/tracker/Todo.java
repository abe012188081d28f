package murder.tracker;

final class Todo {}
