// Log text as a cloud's storage services write it: mostly harmless, one line in some hundred with a secret in it.

const HEX = '0123456789abcdef';

/** mulberry32: the same text in every run. */
function numbers(seed) {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** Pieces of about 64 kB that together have so many bytes. */
export function* logText(bytes, seed = 1) {
  const int = numbers(seed);
  const hex = (n) => Array.from({ length: n }, () => HEX[int(16)]).join('');
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-');
  const passwords = Array.from({ length: 200 }, () => `${hex(9)}Xz${hex(9)}`);
  const pick = (list) => list[int(list.length)];
  const head = (level, who) =>
    `2026-05-01 ${10 + int(10)}:${10 + int(50)}:${10 + int(50)}.${100 + int(900)} ${int(99999)} ${level} ${who} [None req-${uuid()} ${hex(32)} ${hex(32)} - - default default]`;
  const lines = [
    () =>
      `${head('INFO', 'nova.compute.manager')} [instance: ${uuid()}] Took ${int(90)}.${int(99)} seconds to spawn the instance on the hypervisor.`,
    () =>
      `${head('INFO', 'nova.osapi_compute.wsgi.server')} 10.0.0.${int(255)} "GET /v2.1/${hex(32)}/servers/${uuid()} HTTP/1.1" status: 200 len: ${int(9999)} time: 0.${int(9999999)}`,
    () =>
      `${head('DEBUG', 'oslo_concurrency.lockutils')} Lock "${uuid()}" acquired by "nova.compute.manager.ComputeManager.attach_volume" :: waited 0.00${int(9)}s inner /usr/lib/python3/dist-packages/oslo_concurrency/lockutils.py:404`,
    () =>
      `${head('DEBUG', 'oslo_concurrency.processutils')} Running cmd (subprocess): ceph df --format=json --id cinder --conf /etc/ceph/ceph.conf execute /usr/lib/python3/dist-packages/oslo_concurrency/processutils.py:384`,
    () => `${head('WARNING', 'cinder.volume.drivers.rbd')} volume-${uuid()} no longer exists in backend`,
    () =>
      `${head('INFO', 'keystonemiddleware.auth_token')} Identity response: {"token": {"expires_at": "2026-05-01T12:00:00.000000Z", "user": {"id": "${hex(32)}", "name": "cinder"}}}`,
    () =>
      `2026-05-01T10:00:00.${100 + int(900)}+0000 7f${hex(10)} 10 monclient: handle_auth_bad_method server allowed_methods [2] but i only support [2]`,
    () =>
      `2026-05-01T10:00:00.${100 + int(900)}+0000 7f${hex(10)}  1 -- 10.0.0.1:0/${int(999999)} --> [v2:10.0.0.2:3300/0,v1:10.0.0.2:6789/0] -- osd_op(unknown.0.0:${int(9999)} 3.${hex(2)} 3:${hex(8)}:::rbd_data.${hex(12)}.${hex(16)}:head [write 0~4096] snapc 0=[] ondisk+write+known_if_redirected e${int(999)}) v8`,
    () =>
      `May  1 10:00:00 controller haproxy[${int(9999)}]: 10.0.0.${int(255)}:${int(65535)} [01/May/2026:10:00:00.${100 + int(900)}] nova_api nova_api/controller 0/0/0/${int(99)}/${int(99)} 200 ${int(9999)} - - ---- 1/1/0/0/0 0/0 "GET /v2.1/ HTTP/1.1"`,
  ];
  const rare = [
    () =>
      `${head('DEBUG', 'cinder.volume.api')} connection_info={'auth_password': '${pick(passwords)}', 'volume_id': '${uuid()}'}`,
    () =>
      `May  1 10:00:00 controller sudo: ops : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/mysql -u root -p${pick(passwords)} nova`,
    () => `connection = mysql+pymysql://nova:${pick(passwords)}@10.0.0.9/nova`,
  ];
  let piece = '';
  for (let sent = 0; sent < bytes; ) {
    piece += `${int(200) === 0 ? pick(rare)() : pick(lines)()}\n`;
    if (piece.length < 65_536) continue;
    sent += piece.length;
    yield Buffer.from(piece, 'latin1');
    piece = '';
  }
}
