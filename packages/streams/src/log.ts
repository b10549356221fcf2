/**
 * The logger that the drivers need, called as pino: an object first. They never log a key, a value or a header of a
 * record.
 */
export interface StreamsLog {
  debug(about: object, message: string): void
  info(about: object, message: string): void
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

const ignore = (): void => {}

export const silentLog: StreamsLog = { debug: ignore, info: ignore, warn: ignore, error: ignore }
