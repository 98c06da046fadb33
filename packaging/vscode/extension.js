// Starts `connlint lsp` for every file that is open, and shows what it says.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function start() {
  const command = vscode.workspace.getConfiguration("connlint").get("path", "connlint");
  client = new LanguageClient(
    "connlint",
    "connlint",
    { command, args: ["lsp"] },
    { documentSelector: [{ scheme: "file" }, { scheme: "untitled" }] },
  );
  return client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.dispose();
}

exports.activate = async (context) => {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("connlint.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("connlint")) {
        return restart();
      }
    }),
  );
  await start();
};

exports.deactivate = stop;
