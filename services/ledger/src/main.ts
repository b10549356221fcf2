import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { ledger }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(ledger, process.env)
