import { statechart } from '@holdfast/payment-stop/lifecycle/statechart'
import { createMachine } from 'xstate'
import type { Machine } from './machine.ts'

type Config = { [property: string]: Config }

/** The lifecycle with one change: the value at this path is replaced or removed. */
export function otherwise(path: string, value: unknown): Machine {
  const config = structuredClone(statechart.config) as unknown as Config
  const names = path.split('/')
  const last = names.pop() ?? ''
  const holder = names.reduce<Config | undefined>((within, name) => within?.[name], config)
  if (!holder) throw new Error(`the lifecycle has no ${path}`)
  if (value === undefined) delete holder[last]
  else holder[last] = value as Config
  return createMachine(config, statechart.implementations as Parameters<typeof createMachine>[1]) as unknown as Machine
}
