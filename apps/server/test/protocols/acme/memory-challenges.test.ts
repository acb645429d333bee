import { beginSample, MemoryChallenges, sampleReady } from './memory-challenges.ts'
import { pendingChallengesContract } from './pending-challenges.contract.ts'

pendingChallengesContract('in memory', async () => {
  const challenges = new MemoryChallenges()
  let count = 0
  return {
    challenges,
    offer: async (startedAt, expiresAt) => {
      const ready = sampleReady(`${++count}.example`, startedAt)
      challenges.offer(ready, expiresAt)
      return ready
    },
    begin: async (startedAt, expiresAt) => beginSample(challenges, `${++count}.example`, startedAt, expiresAt),
  }
})
