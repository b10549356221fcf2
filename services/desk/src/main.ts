import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { desk }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(desk, process.env)
