package murder.delta;

import java.nio.file.Path;

/** Applies a patch in a process of its own, which a test kills. */
final class PatchProcess {
    private PatchProcess() {}

    /** @param paths the patch, the old release, the new one */
    public static void main(String[] paths) throws Exception {
        Path old = Path.of(paths[1]);
        Manifest base = Manifest.of(old);
        System.out.println("ready");
        Patch.apply(Path.of(paths[0]), old, base, Path.of(paths[2]), false);
        System.out.println("done");
    }
}
