import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { intake }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(intake, process.env)
