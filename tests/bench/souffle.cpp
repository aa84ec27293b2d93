// Runs the program that Souffle makes of access.dl and says what `peers` says: `souffle FACTS RUNS SECONDS THREADS`.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "souffle/SouffleInterface.h"

// `mix` of peers/src/relation.rs
static uint64_t mix(uint64_t one, uint64_t other) {
    const uint64_t prime = 2147483647;
    const uint64_t line = (one * 1000003 + other * 998244353 + 12345) % prime;
    return line * line % prime;
}

static std::string peak() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        if (word == "VmHWM:") {
            status >> word;
            return word;
        }
    }
    return "0";
}

int main(int count, char** words) {
    if (count != 5) {
        std::cerr << "souffle FACTS RUNS SECONDS THREADS\n";
        return 2;
    }
    const std::string facts = words[1];
    const int runs = std::atoi(words[2]);
    const double seconds = std::atof(words[3]);
    std::unique_ptr<souffle::SouffleProgram> program;
    double spent = 0;
    for (int run = 0; run < runs && spent <= seconds; ++run) {
        program.reset();
        program.reset(souffle::ProgramFactory::newInstance("access"));
        if (!program) {
            std::cerr << "there is no program called access\n";
            return 1;
        }
        program->setNumThreads(std::atoi(words[4]));
        program->loadAll(facts);
        std::cout << "ready" << std::endl;
        const auto start = std::chrono::steady_clock::now();
        const auto worked = std::clock();
        program->run();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        std::cout << "run " << took.count() << std::endl;
        std::cout << "processor " << double(std::clock() - worked) / CLOCKS_PER_SEC << std::endl;
        spent += took.count();
    }
    std::cout << "peak " << peak() << std::endl;
    std::vector<uint64_t> counts(program->getRelation("target")->size());
    uint64_t cells = 0;
    for (auto& row : *program->getRelation("access")) {
        souffle::RamSigned target, user;
        row >> target >> user;
        counts[target] += 1;
        cells += mix(user, target);
    }
    uint64_t yes = 0, targets = 0;
    for (uint64_t target = 0; target < counts.size(); ++target) {
        yes += counts[target];
        targets += mix(counts[target], target);
    }
    std::cout << "yes " << yes << "\ntargets " << targets << "\ncells " << cells << std::endl;
}
