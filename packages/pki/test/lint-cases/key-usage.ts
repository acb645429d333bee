import { EXTENDED_KEY_USAGES, KeyUsage, makeExtension } from '@chancery/x509'
import { intermediateProfile } from '../../src/index.ts'
import { keyOf } from '../world.ts'

import type { LintCases } from './lint-case.ts'
import { caProfile, purposes, serverBits } from './parts.ts'

const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES

export const keyUsageCases: Readonly<Record<string, LintCases>> = {
  keyUsageIsNotEmpty: {
    breaks: [{ extensions: [makeExtension(KeyUsage, [], true)] }],
    keeps: [{ without: [KeyUsage.id] }],
  },
  keyUsageIsCritical: {
    breaks: [{ extensions: [makeExtension(KeyUsage, ['digitalSignature'])] }],
    keeps: [{ without: [KeyUsage.id] }],
  },
  keyCertSignIsForCas: {
    breaks: [{ extensions: serverBits('digitalSignature', 'keyCertSign') }],
    keeps: [{ extensions: serverBits('digitalSignature', 'cRLSign') }, { profile: caProfile }],
  },
  caMaySign: {
    breaks: [
      { profile: caProfile, without: [KeyUsage.id] },
      { profile: caProfile, extensions: serverBits('cRLSign') },
    ],
    keeps: [{ profile: caProfile, extensions: serverBits('keyCertSign') }],
  },
  caSignsItsCrls: {
    breaks: [{ profile: caProfile, extensions: serverBits('keyCertSign') }],
    keeps: [{ profile: caProfile, extensions: serverBits('keyCertSign', 'cRLSign') }, {}],
  },
  encipherOnlyNeedsKeyAgreement: {
    breaks: [
      { extensions: serverBits('digitalSignature', 'encipherOnly') },
      { extensions: serverBits('decipherOnly') },
    ],
    keeps: [{ extensions: serverBits('keyAgreement', 'encipherOnly') }],
  },
  rsaKeysDoNotAgree: {
    breaks: [{ publicKey: keyOf('rsa-2048').publicKey, extensions: serverBits('digitalSignature', 'keyAgreement') }],
    keeps: [{ extensions: serverBits('digitalSignature', 'keyAgreement') }],
  },
  ecKeysDoNotEncipher: {
    breaks: [
      { extensions: serverBits('keyEncipherment') },
      { extensions: serverBits('dataEncipherment', 'digitalSignature') },
    ],
    keeps: [{ publicKey: keyOf('rsa-2048').publicKey, extensions: serverBits('keyEncipherment', 'dataEncipherment') }],
  },
  ed25519KeysOnlySign: {
    breaks: [
      { publicKey: keyOf('ed25519').publicKey, extensions: serverBits('digitalSignature', 'keyAgreement') },
      { publicKey: keyOf('ed25519').publicKey, extensions: serverBits('keyEncipherment') },
    ],
    keeps: [{ publicKey: keyOf('ed25519').publicKey, extensions: serverBits('digitalSignature', 'nonRepudiation') }],
  },
  mlDsaKeysOnlySign: {
    breaks: [
      { publicKey: keyOf('ml-dsa-44').publicKey, extensions: serverBits('digitalSignature', 'keyEncipherment') },
    ],
    keeps: [{ publicKey: keyOf('ml-dsa-44').publicKey }],
  },
  slhDsaKeysOnlySign: {
    breaks: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey, extensions: serverBits('keyAgreement') }],
    keeps: [{ publicKey: keyOf('slh-dsa-sha2-128f').publicKey }],
  },
  purposesFitKeyUsage: {
    breaks: [
      { extensions: serverBits('nonRepudiation') },
      { extensions: [...serverBits('keyAgreement'), ...purposes(serverAuth, EXTENDED_KEY_USAGES.codeSigning)] },
      {
        publicKey: keyOf('rsa-2048').publicKey,
        extensions: [...serverBits('keyEncipherment'), ...purposes(clientAuth)],
      },
    ],
    keeps: [
      { extensions: [...serverBits('keyAgreement'), ...purposes(serverAuth, clientAuth)] },
      { extensions: [...serverBits('nonRepudiation'), ...purposes(EXTENDED_KEY_USAGES.emailProtection)] },
      { profile: intermediateProfile({ extendedKeyUsage: [serverAuth] }) },
    ],
  },
}
