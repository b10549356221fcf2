import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { validation }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(validation, process.env)
