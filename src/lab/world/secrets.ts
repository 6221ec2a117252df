import type { LabNode, Secret } from './world.ts';

const FOLDER = '/etc/libvirt/secrets';

export const secretXml = (
  s: Secret,
): string => `<secret ephemeral='${s.isEphemeral ? 'yes' : 'no'}' private='${s.isPrivate ? 'yes' : 'no'}'>
  <uuid>${s.uuid}</uuid>
  <usage type='ceph'>
    <name>${s.usage}</name>
  </usage>
</secret>
`;

/** libvirt keeps what is not ephemeral in two files, readable by root alone. */
export function storeSecret(node: LabNode, secret: Secret): void {
  const put = (ending: string, text: string) => {
    const path = `${FOLDER}/${secret.uuid}.${ending}`;
    node.files.write(node.root, path, text);
    node.files.chmod(node.root, path, 0o600);
  };
  if (secret.isEphemeral) return;
  put('xml', secretXml(secret));
  if (secret.value) put('base64', secret.value.toString('base64'));
}

export function removeStoredSecret(node: LabNode, uuid: string): void {
  for (const ending of ['xml', 'base64']) {
    const path = `${FOLDER}/${uuid}.${ending}`;
    if (node.files.tryFind(node.root, path)) node.files.remove(node.root, path, false);
  }
}

/** What a libvirt that starts knows: the definitions and values on disk, and nothing else. */
export function reloadSecrets(node: LabNode): void {
  const secrets = node.hypervisor?.secrets;
  for (const secret of [...(secrets?.values() ?? [])]) {
    const stored = (ending: string) =>
      node.files.tryFind(node.root, `${FOLDER}/${secret.uuid}.${ending}`) !== undefined;
    if (secret.isEphemeral || !stored('xml')) secrets?.delete(secret.uuid);
    else if (!stored('base64')) delete secret.value;
    else secret.value = Buffer.from(node.files.read(node.root, `${FOLDER}/${secret.uuid}.base64`).toString(), 'base64');
  }
}
