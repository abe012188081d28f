/** Benchmarks: they see every module, and no module sees them. */
module murder.bench {
    requires jdk.management;
    requires murder.engine;
}
