import { availableParallelism } from 'node:os'
import { type Campaign, readCampaign, usage } from './src/campaign/arguments.ts'
import { leadCampaign, tryGuards } from './src/campaign/lead.ts'
import { work } from './src/campaign/worker.ts'
import { workerTaskName } from './src/campaign/workers.ts'
import { guards } from './src/guards.ts'
import { knobs, patchImports } from './src/patches.ts'

const args = process.argv.slice(2)
const share = process.env[workerTaskName]
// The reader of the output has gone, such as `head`.
process.stdout.once('error', () => process.exit(1))

function campaignOf(): Campaign {
  try {
    const campaign = readCampaign(args, availableParallelism(), Date.now())
    if (campaign) return campaign
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}

const campaign = campaignOf()
// Before any module of the engine is imported.
patchImports(campaign.guard ? [...knobs, guards[campaign.guard]] : knobs)
if (share !== undefined) {
  const [first = 0, every = 1] = share.split('/').map(Number)
  await work(campaign, first, every)
} else process.exitCode = (await (campaign.isOfGuards ? tryGuards(campaign) : leadCampaign(campaign, args))) ? 0 : 1
