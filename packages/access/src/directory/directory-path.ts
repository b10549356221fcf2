import { join } from 'node:path'
import type { ServiceConfig } from '@holdfast/runtime'

/**
 * An engine without a registry and a directory has development keys, and reads the directory that a bank simulator
 * writes.
 */
export const isDevelopmentDirectory = ({ HOLDFAST_DIRECTORY, HOLDFAST_MEMBERS }: ServiceConfig): boolean =>
  HOLDFAST_DIRECTORY === undefined && HOLDFAST_MEMBERS === undefined

/** The path of the directory file; undefined where the configuration has none. */
export const directoryPathOf = (config: ServiceConfig): string | undefined =>
  isDevelopmentDirectory(config) ? join(config.HOLDFAST_DATA, 'directory.json') : config.HOLDFAST_DIRECTORY
