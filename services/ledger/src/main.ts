import { runService } from '@holdfast/service-kit'
import { ledger } from './app.ts'

await runService(ledger, process.env)
