package murder.tools.fleet;

/**
 * The source of a release.
 *
 * @param filesPath a directory on the seeder, or a file
 * @param isFile whether it is a file, which travels unchanged
 * @param keepLinks whether symbolic links may lead anywhere
 */
record Source(String filesPath, boolean isFile, boolean keepLinks) {
}
