import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { standalone }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(standalone, process.env)
