/** Calls a fault callback. If it throws, the caller continues and Node prints a warning. */
export function reportSafely(report: () => void): void {
  try {
    report()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
