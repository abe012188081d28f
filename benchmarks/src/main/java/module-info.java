/** Benchmarks: they see every module, and no module sees them. */
module murder.bench {
    requires murder.engine;
}
