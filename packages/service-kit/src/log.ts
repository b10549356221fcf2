import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** JSON lines on standard error. A line carries ids and states; never a name, an account or free text of a request. */
export const createLog = (service: string, level: string): Logger =>
  pino(
    { level, base: { service }, redact: { paths: ['authorization', '*.authorization', 'req.headers'], remove: true } },
    pino.destination(2),
  )

export const silentLogger: Logger = pino({ level: 'silent' })
