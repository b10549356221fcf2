import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import { printableJson, printableWithColours } from '@holdfast/schemas'
import { type DestinationStream, type Logger, pino } from 'pino'
import type PinoPretty from 'pino-pretty'

export type { Logger } from 'pino'

const require = createRequire(import.meta.url)

/** The destination of a log: standard error, or a substitute. */
export interface LogDestination {
  readonly isTTY?: boolean
  hasColors?(): boolean
  write(text: string): unknown
}

/**
 * Lines contain ids and states, never a name, an account or free text of a request. A terminal gets lines for people,
 * any other destination JSON. Terminal control characters are always removed.
 */
export const createLog = (service: string, level: string, destination: LogDestination = process.stderr): Logger =>
  pino(
    {
      level,
      base: { service },
      redact: { paths: ['authorization', '*.authorization', 'req.headers'], remove: true },
      hooks: { streamWrite: printableJson },
    },
    destination.isTTY ? forPeople(destination) : destination === process.stderr ? pino.destination(2) : destination,
  )

/** Synchronous and in this process, so that the last line before an exit is printed too. */
function forPeople(destination: LogDestination): DestinationStream {
  const guarded = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      destination.write(printableWithColours(String(text)))
      done()
    },
  })
  // Only a terminal needs it, and it loads thirty files.
  const pretty = require('pino-pretty') as typeof PinoPretty
  return pretty({
    destination: guarded,
    colorize: destination.hasColors?.() ?? false,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service,part',
    messageFormat: (line, messageKey) => `${line.part ?? line.service}: ${line[messageKey]}`,
    singleLine: true,
  })
}

export const silentLogger: Logger = pino({ level: 'silent' })
