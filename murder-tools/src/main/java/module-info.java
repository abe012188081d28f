/** The command lines over the engine and the tracker. */
module murder.tools {
    requires murder.engine;
}
