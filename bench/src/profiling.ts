/**
 * Node arguments that write a CPU profile when the process stops in order; none without `--profile`. Open it in a
 * browser's developer tools.
 */
export const profilingArguments = (folder: string | undefined, name: string): string[] =>
  folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`]
