import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDesk } from '@holdfast/desk'
import { paymentStopDesk } from '@holdfast/desk/payment-stops'
import { createDispatch } from '@holdfast/dispatch'
import { banks } from '@holdfast/dispatch/banks'
import { createIntake } from '@holdfast/intake'
import { createLedger } from '@holdfast/ledger'
import { paymentStop } from '@holdfast/payment-stop'
import { configSchemaWithPort, createDrivers, type Drivers, silentLogger, systemClock } from '@holdfast/runtime'
import { type ServiceDefinition, startService } from '@holdfast/service-kit'
import { standalone } from '@holdfast/standalone'
import type { Subscription } from '@holdfast/streams'
import { createValidation } from '@holdfast/validation'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
let drivers: Drivers
/** Started stages and tails that still run. */
let running: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-starts-'))
  drivers = await createDrivers(config(), 'starts', systemClock, silentLogger)
  running = 0
})
afterEach(async () => {
  await drivers.close()
  rmSync(folder, { recursive: true })
})

const config = () => configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder })

/** The same backends; the n-th stage or tail cannot be started. `count` returns how many were started or tried. */
function failingAt(number: number): { readonly drivers: Drivers; readonly count: () => number } {
  let asked = 0
  const counted = async (start: () => Promise<Subscription>): Promise<Subscription> => {
    asked += 1
    if (asked === number) throw new Error(`start ${number} fails`)
    const subscription = await start()
    running += 1
    let isRunning = true
    return {
      async stop() {
        await subscription.stop()
        if (isRunning) running -= 1
        isRunning = false
      },
    }
  }
  const { streams } = drivers
  return {
    drivers: {
      ...drivers,
      streams: {
        ...streams,
        stage: options => counted(() => streams.stage(options)),
        tail: options => counted(() => streams.tail(options)),
      },
    },
    count: () => asked,
  }
}

const start = (definition: ServiceDefinition, on: Drivers) => startService(definition, config(), { drivers: on, log: silentLogger })

test.each(
  [
    createLedger(paymentStop),
    createValidation(paymentStop),
    createDispatch(paymentStop, banks),
    createDesk([paymentStopDesk]),
    createIntake(paymentStop),
    standalone,
  ].map(definition => [definition.name, definition] as const),
)(
  '%s that fails to start at any stage or tail stops all of them, says why, and starts at the next attempt',
  async (_name, definition) => {
    const whole = failingAt(0)
    const service = await start(definition, whole.drivers)
    const starts = whole.count()
    await service.stop()
    expect(running).toBe(0)
    for (let number = 1; number <= starts; number++) {
      await expect(start(definition, failingAt(number).drivers)).rejects.toThrow(`start ${number} fails`)
      expect(running).toBe(0)
    }
    await (await start(definition, drivers)).stop()
  },
  120_000,
)
