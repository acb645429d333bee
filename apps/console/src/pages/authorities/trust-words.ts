import type { System } from './routes.ts'

/** How one system is told to trust a root. */
export interface TrustWay {
  readonly system: System
  readonly label: string
  /** What to do by hand, step by step. */
  readonly steps: readonly string[]
  /** Lines to paste, each with what it is for. */
  readonly lines: readonly { readonly title: string; readonly text: string }[]
  /** What surprises people there. */
  readonly note?: string
  /** The address is best opened on the device itself: it is shown as a code to scan. */
  readonly isScanned?: true
}

/** What the ways need to know of a root. */
export interface TrustedRoot {
  /** A word for file names: `example-root`. */
  readonly file: string
  /** Where its certificate is in DER, and in PEM. */
  readonly cer: string
  readonly pem: string
}

/** For every system that the console knows, in the order of `SYSTEMS`. */
export function trustWays(root: TrustedRoot): readonly TrustWay[] {
  return [windows(root), macos(root), IOS, ANDROID, linux(root), FIREFOX, java(root)]
}

/** A word for file names and aliases. */
export function fileWord(name: string): string {
  const word = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return word === '' ? 'root' : word
}

function windows({ file, cer }: TrustedRoot): TrustWay {
  return {
    system: 'windows',
    label: 'Windows',
    steps: [
      'Download the certificate and open it.',
      'Choose “Install Certificate”, then “Local Machine”.',
      'Choose “Place all certificates in the following store” and “Trusted Root Certification Authorities”.',
    ],
    lines: [
      {
        title: 'PowerShell, as administrator',
        text: `Invoke-WebRequest ${cer} -OutFile ${file}.cer\nImport-Certificate -FilePath ${file}.cer -CertStoreLocation Cert:\\LocalMachine\\Root`,
      },
    ],
    note: 'In a domain, a group policy hands it to every computer: Public Key Policies, Trusted Root Certification Authorities.',
  }
}

function macos({ file, pem }: TrustedRoot): TrustWay {
  return {
    system: 'macos',
    label: 'macOS',
    steps: [
      'Download the certificate and open it: Keychain Access adds it to “System”.',
      'Open it there, unfold “Trust” and choose “Always Trust”.',
    ],
    lines: [
      {
        title: 'Terminal',
        text: `curl -o ${file}.pem ${pem}\nsudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}.pem`,
      },
    ],
  }
}

const IOS: TrustWay = {
  system: 'ios',
  label: 'iOS',
  steps: [
    'Scan the code with the camera and open the address in Safari; allow the download.',
    'Settings, General, VPN & Device Management: install the profile.',
    'Settings, General, About, Certificate Trust Settings: switch it on.',
  ],
  lines: [],
  note: 'Without the last step the certificate is installed and not trusted.',
  isScanned: true,
}

const ANDROID: TrustWay = {
  system: 'android',
  label: 'Android',
  steps: [
    'Scan the code and download the file.',
    'Settings: search for “CA certificate”, and choose “Install a certificate”.',
    'Pick the file that was downloaded.',
  ],
  lines: [],
  note: 'Browsers trust it then. Other apps do only where their makers allow it.',
  isScanned: true,
}

function linux({ file, pem }: TrustedRoot): TrustWay {
  return {
    system: 'linux',
    label: 'Linux',
    steps: [],
    lines: [
      {
        title: 'Debian, Ubuntu, Alpine',
        text: `sudo curl -o /usr/local/share/ca-certificates/${file}.crt ${pem}\nsudo update-ca-certificates`,
      },
      {
        title: 'Fedora, RHEL, SUSE',
        text: `sudo curl -o /etc/pki/ca-trust/source/anchors/${file}.pem ${pem}\nsudo update-ca-trust`,
      },
      { title: 'Arch', text: `curl -o ${file}.pem ${pem}\nsudo trust anchor --store ${file}.pem` },
    ],
    note: 'On SUSE the folder is /etc/pki/trust/anchors and the command update-ca-certificates. Browsers there keep stores of their own.',
  }
}

const FIREFOX: TrustWay = {
  system: 'firefox',
  label: 'Firefox',
  steps: [
    'Download the certificate.',
    'Settings, Privacy & Security, Certificates: “View Certificates”, “Authorities”, “Import”.',
    'Tick “Trust this CA to identify websites”.',
  ],
  lines: [],
  note: 'On Windows and macOS Firefox trusts what the system trusts: nothing is to be done there.',
}

function java({ file, pem }: TrustedRoot): TrustWay {
  return {
    system: 'java',
    label: 'Java',
    steps: [],
    lines: [
      {
        title: 'With the Java that runs the program',
        text: `curl -o ${file}.pem ${pem}\nkeytool -importcert -cacerts -storepass changeit -noprompt -alias ${file} -file ${file}.pem`,
      },
    ],
    note: 'Each installed Java has a store of its own.',
  }
}
