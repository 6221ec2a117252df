#!/usr/bin/env node
// Starts Inkling with a Node that can run it. Written so that every Node since 0.12 can read it: an old one must get
// a sentence, not a syntax error. Exit code 1 when there is nothing to start.
'use strict';

var fs = require('fs');
var path = require('path');

var NEEDED = [22, 13];
var ENTRY = path.join(__dirname, '..', 'dist', 'main.js');

function isNewEnough(version) {
  var parts = version.split('.');
  var major = Number(parts[0]);
  return major > NEEDED[0] || (major === NEEDED[0] && Number(parts[1]) >= NEEDED[1]);
}

/** The Node that was installed with Inkling: node_modules/node-linux-<arch>, looked for from here upwards. */
function packagedNode() {
  var name = 'node-' + process.platform + '-' + process.arch;
  var folder = __dirname;
  for (;;) {
    var candidate = path.join(folder, 'node_modules', name, 'bin', 'node');
    if (fs.existsSync(candidate)) return candidate;
    var parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function fail(sentence) {
  process.stderr.write('inkling: ' + sentence + '\n');
  process.exit(1);
}

function runWith(node) {
  var child;
  // Listening starts before the child does, so that no signal can end this process and leave the child behind.
  ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT'].forEach(function (name) {
    process.on(name, function () {
      // A terminal sends Ctrl-C to both processes; only one that was sent to this one alone has to be passed on.
      if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
    });
  });
  child = require('child_process').spawn(node, [__filename].concat(process.argv.slice(2)), { stdio: 'inherit' });
  child.on('error', function (error) {
    fail('the Node.js in ' + node + ' does not start: ' + error.message + '. Run `npm ci` again.');
  });
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// A served practice cluster runs for hours beside other work: little memory counts more there than the last bit of speed.
function saveMemory() {
  var v8 = require('v8');
  v8.setFlagsFromString('--optimize-for-size');
  v8.setFlagsFromString('--semi-space-growth-factor=1');
}

function start() {
  if (!isNewEnough(process.versions.node)) {
    var node = packagedNode();
    if (node) return runWith(node);
    return fail(
      'needs Node.js ' +
        NEEDED.join('.') +
        ' or newer, this is ' +
        process.versions.node +
        ' (' +
        process.execPath +
        '). Install a newer Node.js from https://nodejs.org and try again.'
    );
  }
  if (!fs.existsSync(ENTRY))
    return fail('is not built yet: run `npm run build` in ' + path.dirname(__dirname) + ' first.');
  if (process.argv.indexOf('serve') > process.argv.indexOf('practice')) saveMemory();
  require(ENTRY);
}

start();
