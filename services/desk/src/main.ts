import { runService } from '@holdfast/service-kit'
import { desk } from './app.ts'

await runService(desk, process.env)
