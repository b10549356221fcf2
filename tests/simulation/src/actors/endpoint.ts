import type { ServiceContext } from '@holdfast/service-kit'

/** The door of a process, as a request comes in by it. */
export type Endpoint = Pick<ServiceContext['http'], 'inject'>

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
