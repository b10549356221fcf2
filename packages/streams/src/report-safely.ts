/** Runs a callback that reports a fault. One that throws must not stop what it reports on; Node shows it as a warning. */
export function reportSafely(report: () => void): void {
  try {
    report()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
