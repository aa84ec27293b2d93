//! Turns `grammar/*.lalrpop` into parsers under `OUT_DIR`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    lalrpop::Configuration::new().emit_rerun_directives(true).process_dir("grammar")
}
