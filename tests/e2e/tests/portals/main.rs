//! connlint in other people's pages: the npm package in a bundle, the widget in portals.

mod bundle;
mod demo;
mod figures;
mod frame;
mod generators;
mod plain;
mod served;
