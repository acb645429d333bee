import { beginSample, MemoryChallenges } from './memory-challenges.ts'
import { pendingChallengesContract } from './pending-challenges.contract.ts'

pendingChallengesContract('in memory', async () => {
  const challenges = new MemoryChallenges()
  let count = 0
  return { challenges, begin: async (startedAt) => beginSample(challenges, `${++count}.example`, startedAt) }
})
