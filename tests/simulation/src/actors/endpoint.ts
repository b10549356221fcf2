import type { ServiceContext } from '@holdfast/service-kit'

/** The endpoint of a process that receives a request. */
export type Endpoint = Pick<ServiceContext['http'], 'inject'>

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
