import type { Running } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import type { DeskParts } from './desk-parts.ts'
import type { DeskWorld } from './desk-world.ts'
import type { StreamSlots } from './stream/stream-slots.ts'

/** A workflow at the desk, with its own endpoints. */
export interface DeskWorkflow extends DeskParts {
  /** Registers them. */
  start?(context: ServiceContext, world: DeskWorld, slots: StreamSlots): Running
}
