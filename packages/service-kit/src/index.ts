export { withPersonalData } from './layer-streams.ts'
export { isPortTaken, runService } from './run-service.ts'
export type { ServiceContext, ServiceDefinition } from './service-context.ts'
export { type StartedService, type StartOptions, startService } from './start-service.ts'
