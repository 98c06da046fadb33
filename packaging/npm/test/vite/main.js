import { convert, lint } from "connlint";

const text = "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require";
const codes = lint(text).inputs[0].strings[0].diagnostics.map((finding) => finding.code);
const [converted] = convert("postgresql://app@db.example/shop", "jdbc-url").converted;
document.querySelector("#report").textContent = JSON.stringify({ codes, converted: converted.text });
